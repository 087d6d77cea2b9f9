import{lookAgain}from"./chunk-DJW4G5S5.mjs";import"./chunk-7INMFUWI.mjs";import"./chunk-H6MGFKTE.mjs";import"./chunk-YT4JJS4X.mjs";export{lookAgain};
