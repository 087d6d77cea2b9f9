import{credentialsRefused,refusalError}from"./chunk-5YYWZ2W5.mjs";import"./chunk-AKBNYMN7.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{credentialsRefused,refusalError};
