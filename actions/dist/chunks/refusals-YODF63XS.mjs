import{credentialsRefused,refusalError}from"./chunk-FAVRMSJ4.mjs";import"./chunk-3GKNRLJZ.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{credentialsRefused,refusalError};
