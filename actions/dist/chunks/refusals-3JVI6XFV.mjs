import{credentialsRefused,refusalError}from"./chunk-UCLYKQKI.mjs";import"./chunk-VOVSBUEJ.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{credentialsRefused,refusalError};
